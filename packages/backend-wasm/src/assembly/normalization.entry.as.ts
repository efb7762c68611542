export { normalizeChannels } from './normalize-channels.as';
