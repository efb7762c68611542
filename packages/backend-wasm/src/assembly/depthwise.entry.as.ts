export { depthwiseFilter } from './depthwise-filter.as';
export { depthwiseInput } from './depthwise-input.as';
export { depthwise } from './depthwise.as';
