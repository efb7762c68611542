export { localResponseGradient, normalizeLocally } from './local-response.as';
