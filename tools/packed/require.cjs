// Loads each package that is named on the command line as CommonJS would, and fails when one exports nothing.
const assert = require('node:assert');

for (const name of process.argv.slice(2)) assert(Object.keys(require(name)).length > 0, `${name} exports nothing`);
