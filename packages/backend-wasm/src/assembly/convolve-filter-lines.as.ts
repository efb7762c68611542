import { packPanel } from './pack.as';
import { padLines } from './pad-lines.as';
import { COLUMNS, paddedRows, stripSteps } from './tile.as';
import { partStart } from './vector.as';

/**
 * The gradient of the filter of a convolution with few channels: `out[task][(tapY, tapX, channel)][column] = sum over the task's output points of
 * x[point * stride + tap * dilation - pad][channel] dy[point][column]`.
 *
 * The lines that a band of `rowCount` output rows sees are copied with their padding; every filter element then reads its values at one distance from
 * each other. Wide rows of dy and columns that do not fill a panel are packed for each band (`packs` says from which column on, a multiple of 8).
 * Items are output rows of all images; each task writes a sum of its own. A task has `scratchBytes` of scratch, at least
 * `4 * (rowCount + fh * fw * channels + 3)`, the lines of a band as in `convolveLines`, and `32 * rowCount * outWidth` for each packed panel.
 */
export function convolveFilterLines(
  task: i32,
  tasks: i32,
  x: usize,
  height: i32,
  width: i32,
  channels: i32,
  dy: usize,
  filterHeight: i32,
  filterWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  dilationHeight: i32,
  dilationWidth: i32,
  padTop: i32,
  padLeft: i32,
  out: usize,
  batch: i32,
  outHeight: i32,
  outWidth: i32,
  columns: i32,
  rowCount: i32,
  packs: i32,
  scratch: usize,
  scratchBytes: i32,
): void {
  const end = partStart(batch * outHeight, task + 1, tasks);
  const pixelBytes = <usize>channels << 2;
  const stride = <usize>columns << 2;
  const lineFloats = filterWidth * channels;
  const rows = filterHeight * lineFloats;
  const pixels = (outWidth - 1) * strideWidth + (filterWidth - 1) * dilationWidth + 1;
  const offsets = scratch + <usize>task * scratchBytes;
  const table = offsets + (<usize>rowCount << 2);
  const packed = table + ((<usize>rows + 3) << 2);
  const panelBytes = (<usize>rowCount * outWidth) << 5;
  const lines = packed + <usize>((columns - packs + COLUMNS - 1) / COLUMNS) * panelBytes;
  const target = out + ((<usize>task * rows * columns) << 2);
  let more = false;
  let count = 0;
  for (let row = partStart(batch * outHeight, task, tasks); row < end; row += count) {
    const image = row / outHeight;
    const row0 = row - image * outHeight;
    count = min(min(rowCount, outHeight - row0), end - row);
    const firstY = row0 * strideHeight - padTop;
    const lineCount = (count - 1) * strideHeight + (filterHeight - 1) * dilationHeight + 1;
    padLines(lines, x + <usize>image * height * width * pixelBytes, height, width, channels, firstY, lineCount, -padLeft, pixels);
    const lineBytes = <usize>pixels * pixelBytes;
    for (let index = 0; index < count; index++) {
      store<u32>(offsets + (<usize>index << 2), <usize>(index * strideHeight) * lineBytes);
    }
    // Absent rows repeat the last one.
    const padded = paddedRows(rows);
    for (let index = 0; index < padded; index++) {
      const present = min(index, rows - 1);
      const tapY = present / lineFloats;
      const tapX = (present - tapY * lineFloats) / channels;
      const channel = present - tapY * lineFloats - tapX * channels;
      const at = <usize>(tapY * dilationHeight) * lineBytes + <usize>(tapX * dilationWidth * channels + channel) * 4;
      store<u32>(table + (<usize>index << 2), lines + at);
    }
    const slopes = dy + <usize>(row * outWidth) * stride;
    const points = count * outWidth;
    for (let column = 0; column < columns; column += COLUMNS) {
      const columnCount = min(COLUMNS, columns - column);
      const shift = <usize>column << 2;
      let panel = slopes + shift;
      let strideB = stride;
      if (column >= packs) {
        panel = packed + <usize>((column - packs) / COLUMNS) * panelBytes;
        strideB = COLUMNS << 2;
        packPanel(slopes + shift, 4, stride, columnCount, points, COLUMNS, panel);
      }
      stripSteps(<usize>strideWidth * pixelBytes, table, count, offsets, outWidth, panel, strideB, target + shift, stride, rows, columnCount, more);
    }
    more = true;
  }
}
