export { Erf, Exp, Expm1, Log, Log1p, Sigmoid, Softplus, Tanh } from './lanes.as';
