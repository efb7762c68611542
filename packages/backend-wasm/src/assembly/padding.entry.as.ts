export { pad } from './pad.as';
