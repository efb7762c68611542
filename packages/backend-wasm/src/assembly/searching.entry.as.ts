export { drawEvents } from './draw-events.as';
export { searchSorted } from './search-sorted.as';
export { sortElements } from './sort-elements.as';
export { topElements } from './top-elements.as';
export { uniqueSlices } from './unique-slices.as';
