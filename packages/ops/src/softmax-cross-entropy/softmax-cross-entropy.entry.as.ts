/** The kernels of softmaxCrossEntropy, a module of their own: who does not import it does not carry it. */
export { labelGradient, labelLosses, shareGradient, shareLosses } from './softmax-cross-entropy.as';
