/** @internal */
/** A file in an archive. */
export interface ZipMember {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Marks of the three kinds of header, and their sizes without names. */
export const ZIP = {
  localHeader: 0x04034b50,
  centralHeader: 0x02014b50,
  endRecord: 0x06054b50,
  localSize: 30,
  centralSize: 46,
  endSize: 22,
} as const;
