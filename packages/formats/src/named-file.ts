/** A file by its name, not yet written. */
export interface NamedFile {
  readonly file: string;
  readonly bytes: Uint8Array;
}
