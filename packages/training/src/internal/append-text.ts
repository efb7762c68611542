import type { TextOutput } from '../text-output.ts';
import { fileSystem } from './file-system.ts';

/** Appends text to an output; a file is made with its folder where there is none. */
export async function appendText(symbol: string, output: TextOutput, text: string): Promise<void> {
  if (typeof output !== 'string') {
    output.write(text);
    return;
  }
  const { appendFile, mkdir } = await fileSystem(symbol);
  const folder = output.slice(0, Math.max(output.lastIndexOf('/'), output.lastIndexOf('\\')));
  if (folder !== '') await mkdir(folder, { recursive: true });
  await appendFile(output, text);
}

/** Whether an output is a file that already has text. */
export async function hasText(symbol: string, output: TextOutput): Promise<boolean> {
  if (typeof output !== 'string') return false;
  const { stat } = await fileSystem(symbol);
  const found = await stat(output).catch(() => undefined);
  return found !== undefined && found.size > 0;
}
