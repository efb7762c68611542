export { boolsToFloats, boolsToIntegers, floatsToBools, floatsToIntegers, integersToBools, integersToFloats } from './cast.as';
export { copyStrided } from './copy-strided.as';
export { cumulativeProduct, cumulativeSum, integerCumulativeSum } from './cumulate.as';
export { fill } from './fill.as';
export { gatherRows } from './gather-rows.as';
export { gatherIndexed } from './indexed-rows.as';
export { oneHot } from './one-hot.as';
export { linkUpdates, scatterDirectly, scatterRows } from './scatter-rows.as';
export { transposeTiles } from './transpose-tiles.as';
