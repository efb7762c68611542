export { convolveVolume, convolveVolumeFilter, convolveVolumeInput } from './convolve-volume.as';
