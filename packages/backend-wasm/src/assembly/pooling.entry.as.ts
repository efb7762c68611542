export { averagePool3DGradient, averagePoolGradient } from './average-pool-gradient.as';
export { maxPool3DGradient, maxPoolGradient } from './max-pool-gradient.as';
export { maxPoolWithArgmax } from './max-pool-with-argmax.as';
export { averagePool, averagePool3D, maxPool, maxPool3D } from './pool.as';
