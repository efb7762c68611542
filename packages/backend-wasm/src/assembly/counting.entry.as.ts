export { countValues } from './count-values.as';
