export { dilate, dilateFilterGradient, dilateInputGradient } from './dilate.as';
