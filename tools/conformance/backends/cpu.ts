import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';

/** The cpu backend, to show that the runner itself loses no spec. Importing it registers it. */
export function register(): void {}
