import { join } from 'node:path';

import { ensureInstalled, installNode, installPackages, nodeIn } from './cachedInstall';
import { step } from './progress';

const NODES = ['node-20', 'node-22', 'node-24'] as const;

/** Installs the Node versions that n8n runs on, unless they are installed already, and returns the binary of each. */
export async function ensureNodes(): Promise<Record<(typeof NODES)[number], string>> {
	const folder = await ensureInstalled({
		manifest: join(__dirname, 'nodes'),
		prefix: 'nodes',
		announcement: (path) => `Installing Node 20, 22 and 24 once, in ${path} (350 MB).`,
		install: async (partial) =>
			await step('Downloading them', async () => {
				await installPackages(partial);
				for (const name of NODES) await installNode(partial, name);
			}),
	});
	return {
		'node-20': nodeIn(folder, 'node-20'),
		'node-22': nodeIn(folder, 'node-22'),
		'node-24': nodeIn(folder, 'node-24'),
	};
}
