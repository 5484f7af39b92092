// Which folder may import which: the architecture as data. ESLint's `import-x/no-restricted-paths` checks it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './npm.mjs';

const NODE = 'nodes/FeishuHireExam';
const node = (...folders) => folders.map((folder) => `${NODE}/${folder}`);
const SHARED = node('transport', 'parameters', 'hire', 'events');

/** Per folder: the other folders whose files it may import. Only *.node.ts files join them. */
const MAY_IMPORT = {
	[`${NODE}/transport`]: [],
	[`${NODE}/parameters`]: [],
	[`${NODE}/hire`]: node('transport', 'parameters'),
	[`${NODE}/events`]: node('transport', 'parameters'),
	[`${NODE}/actions`]: SHARED,
	[`${NODE}/methods`]: SHARED,
	[`${NODE}/webhook`]: SHARED,
	[`${NODE}/longConnection`]: SHARED,
	[`${NODE}/polling`]: SHARED,
	credentials: node('transport'),
	nodes: [],
	sandbox: [],
	n8nHost: ['sandbox', 'nodes', 'credentials'],
	demo: ['n8nHost', 'sandbox', 'workflows'],
	bench: ['n8nHost', 'sandbox', 'nodes'],
	scripts: ['eslint.config.mjs', 'n8nHost'],
};

const folderZones = Object.entries(MAY_IMPORT).map(([folder, others]) => ({
	target: `./${folder}`,
	from: './',
	except: [folder, ...others, 'node_modules'].map((path) => `./${path}`),
	message: `Besides itself, ${folder} may import ${others.join(', ') || 'nothing of ours'}.`,
}));

const ACTIONS = `${NODE}/actions`;
const resources = readdirSync(join(ROOT, ACTIONS), { withFileTypes: true })
	.filter((entry) => entry.isDirectory())
	.map(({ name }) => name);
const resourceZones = resources.map((resource) => ({
	target: `./${ACTIONS}/${resource}`,
	from: resources.filter((other) => other !== resource).map((other) => `./${ACTIONS}/${other}`),
	message: 'Resources do not import each other: put what they share beside them or into hire/.',
}));

export const importZones = [...folderZones, ...resourceZones];
