import { expect, test } from 'vitest';
import { PageWorker } from './page-worker.ts';

function answerOf(worker: PageWorker): Promise<unknown> {
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve(message);
  });
}

test('runs the script of a blob and passes messages both ways', async () => {
  const worker = new PageWorker(URL.createObjectURL(new Blob(['self.onmessage = (e) => postMessage(e.data * 2);'])));
  const answer = answerOf(worker);
  worker.postMessage(21);
  expect(await answer).toBe(42);
});

test('reports what the script throws, and an address of nothing', async () => {
  const failing = new PageWorker(URL.createObjectURL(new Blob(['throw new Error("in the script");'])));
  expect(await answerOf(failing)).toContain('in the script');
  expect(await answerOf(new PageWorker('blob:nodedata:none'))).toContain('expected the address of a blob');
});
