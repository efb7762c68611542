export { averagePoolGradient } from './average-pool-gradient.as';
export { maxPoolGradient } from './max-pool-gradient.as';
export { averagePool, maxPool } from './pool.as';
