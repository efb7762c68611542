import { folderOf, nodeFileSystem } from './node-file-system.ts';

/**
 * Writes a file, in Node, so that it is never half written: the bytes go to a temporary file beside it, reach the disk, and then take
 * its name; until then an older file of that name stays as it was.
 *
 * @param path of the file; its folder must exist
 * @param content bytes, or text as UTF-8
 * @throws KumikoError where there is no file system
 * @throws Error of the file system, such as ENOENT; the temporary file is then removed
 * @example
 * await writeFileAtomically('kernel.npy', await toNpy(tf.ones([2, 2])));
 */
export async function writeFileAtomically(path: string, content: Uint8Array | string): Promise<void> {
  const { open, rename, rm } = await nodeFileSystem('writeFileAtomically');
  const temporary = `${path}.${globalThis.crypto.randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    // The name is on disk once its folder is. Not every system opens folders, and the file itself is safe without.
    const folder = await open(folderOf(path) || '.').catch(() => undefined);
    await folder?.sync().catch(() => undefined);
    await folder?.close();
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
