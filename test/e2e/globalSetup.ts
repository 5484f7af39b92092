import { ensureHost } from '../../n8nHost/host';
import { packPackage, TARBALL } from '../../n8nHost/pack';
import createTestFolder from '../support/globalSetup';

/** Packs the package and installs n8n before the first test, once for all. */
export default async function globalSetup(): Promise<void> {
	const folder = await createTestFolder();
	process.env[TARBALL] ??= await packPackage(folder);
	await ensureHost();
}
