/** What softmaxCrossEntropy and its gradient are called with beside their tensors. */
export type CrossEntropyAttributes = { readonly labelSmoothing: number };
