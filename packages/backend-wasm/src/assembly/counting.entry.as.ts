export { addCounts, countValues } from './count-values.as';
