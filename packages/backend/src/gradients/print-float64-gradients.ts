/** @internal Prints the gradients of every row in double precision as one line of JSON: `{ [row]: [gradients of each input] }`. */
import './use-float64.ts';
import { setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { gradientRows, rowGradients } from './gradient-rows.ts';
import { registerGradients } from './register-gradients.ts';

await setBackend('cpu');
registerGradients();
process.stdout.write(`${JSON.stringify(Object.fromEntries(gradientRows.map((row) => [row.name, rowGradients(row)])))}\n`);
