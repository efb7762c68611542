export { convolveDots } from './convolve-dots.as';
export { convolveFilterLines } from './convolve-filter-lines.as';
export { convolveLines } from './convolve-lines.as';
export { convolveToOne } from './convolve-to-one.as';
