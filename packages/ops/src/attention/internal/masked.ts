/** What the score of a hidden key is lowered by: beyond any score, yet finite, so that hidden everywhere is not NaN. */
export const MASKED = -1e30;
