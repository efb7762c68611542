/** Convolutions with 3x3 filters and their gradients by Winograd's minimal filtering. */
export { winogradFilterGradient, winogradPartials } from './winograd-filter-gradient.as';
export { winogradFilter } from './winograd-filter.as';
export { winograd } from './winograd.as';
