export { flipRows, rotateImages } from './turn-images.as';
