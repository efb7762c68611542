export { complexAbs } from './complex-abs.as';
export * from './lanes.as';
export * from './long-binary.as';
export * from './unary.as';
