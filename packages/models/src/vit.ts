import { reshape, slice, type Tensor } from '@tensorflow/tfjs-core';
import { check, shapeOf, type ShapeLeaf } from '@kumiko/core';
import {
  composite,
  dense,
  dropoutLayer,
  layerNorm,
  normalValues,
  patchEmbedding,
  positionalEmbedding,
  transformerBlock,
  zeros,
  type Composite,
} from '@kumiko/layers';
import { blockStack } from './internal/block-stack.ts';
import { classToken } from './internal/class-token.ts';

/** Options of {@link vit}. */
export interface VitOptions {
  /** Outputs, at least 1. */
  readonly classes: number;
  /** Height and width of the images, a multiple of `patchSize`. */
  readonly imageSize: number;
  /** Height and width of a patch. */
  readonly patchSize: number;
  /** Blocks, at least 1. */
  readonly numLayers: number;
  /** Heads of attention, a divisor of `features`. */
  readonly numHeads: number;
  /** Width of the stream. */
  readonly features: number;
  /** Width of the feed-forward parts. Default: four times `features`. */
  readonly hiddenUnits?: number;
  /** Share that training drops of the embeddings, of attention's weights and of each part's output, in [0, 1). Default: 0. */
  readonly dropout?: number;
  /** Name of the model. Default: `'vit'`. */
  readonly name?: string;
}

/**
 * The sizes of the paper for images of 224 x 224 and 1,000 classes, by name and patch size.
 *
 * @example
 * vit({ ...vitSizes.base32, classes: 10 }).name; // 'vit'
 */
export const vitSizes = {
  base16: { classes: 1000, imageSize: 224, patchSize: 16, numLayers: 12, numHeads: 12, features: 768 },
  base32: { classes: 1000, imageSize: 224, patchSize: 32, numLayers: 12, numHeads: 12, features: 768 },
  large16: { classes: 1000, imageSize: 224, patchSize: 16, numLayers: 24, numHeads: 16, features: 1024 },
} as const satisfies Record<string, VitOptions>;

/**
 * A vision transformer: patches as a sequence behind a learned class token, learned positions, blocks with normalisation before each part,
 * and a dense head on what becomes of the class token. The head starts at 0.
 *
 * Parameters: `patchEmbedding`, `classToken`, `positionalEmbedding`, `blocks` (an array), `finalNorm`, `head`.
 *
 * @param options all but the last three are required; {@link vitSizes} has the published ones
 * @returns a layer of images `[batch,imageSize,imageSize,channels]` to logits `[batch,classes]`
 * @throws KumikoError when an option is out of range or patches do not fill the image
 * @example
 * const model = vit({ classes: 10, imageSize: 32, patchSize: 8, numLayers: 1, numHeads: 2, features: 16 });
 * model.init(key(0), shapeOf([1, 32, 32, 3])).output; // shapeOf([1, 10])
 * @see Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021; torchvision.models.vision_transformer
 */
export function vit(options: VitOptions): Composite {
  const { classes, imageSize, patchSize, numLayers, numHeads, features, hiddenUnits = 4 * features, dropout = 0, name = 'vit' } = options;
  check(
    imageSize % patchSize === 0,
    name,
    () => `expected patches that fill an image of ${imageSize}, got ${patchSize}. Pass a divisor of imageSize.`,
  );
  check(
    Number.isInteger(numLayers) && numLayers >= 1,
    name,
    () => `expected numLayers to be a whole number of at least 1, got ${numLayers}. Pass for example 12.`,
  );
  const normalization = (own: string) => layerNorm({ epsilon: 1e-6, name: own });
  return composite(
    {
      patchEmbedding: patchEmbedding({ patchSize, units: features }),
      classToken: classToken(),
      positionalEmbedding: positionalEmbedding({ length: 1 + (imageSize / patchSize) ** 2, embeddingsInitializer: normalValues(0.02) }),
      dropout: dropoutLayer(dropout),
      blocks: blockStack(transformerBlock({ numHeads, hiddenUnits, dropout, normalization }), numLayers),
      finalNorm: normalization('finalNorm'),
      head: dense({ units: classes, kernelInitializer: zeros }),
    },
    {
      name,
      shapes: (input, own) => {
        const { shape } = own.finalNorm(
          own.blocks(own.dropout(own.positionalEmbedding(own.classToken(own.patchEmbedding(input))))),
        ) as ShapeLeaf;
        return own.head(shapeOf([shape[0] as number, features]));
      },
      forward: (x: Tensor, own) => {
        const sequence = own.blocks(own.dropout(own.positionalEmbedding(own.classToken(own.patchEmbedding(x)))));
        // Only the class token is read: the norm of the others would be thrown away.
        const token = reshape(slice(sequence, [0, 0, 0], [-1, 1, -1]), [-1, features]);
        return own.head(own.finalNorm(token));
      },
    },
  );
}
