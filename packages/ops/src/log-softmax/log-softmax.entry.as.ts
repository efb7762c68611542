/** The kernels of logSoftmax, a module of their own: who does not import it does not carry it. */
export { logSoftmax, logSoftmaxGradient } from './internal/log-softmax.as';
