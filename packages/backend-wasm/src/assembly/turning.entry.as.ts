export { flipRows, rotateImages } from './turn-images.as';
export { transformImages } from './transform-images.as';
