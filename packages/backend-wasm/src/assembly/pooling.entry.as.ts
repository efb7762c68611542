export { averagePool3DGradient, averagePoolGradient } from './average-pool-gradient.as';
export { maxPoolGradient } from './max-pool-gradient.as';
export { maxPoolWithArgmax } from './max-pool-with-argmax.as';
export { pool, poolVolumes } from './pool.as';
