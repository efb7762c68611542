export { softmaxGradient } from './softmax-gradient.as';
