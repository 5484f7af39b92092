import { ensureHost } from '../../n8nHost/host';
import createTestFolder from '../support/globalSetup';

/** Installs n8n before the first test, as no timeout applies here. */
export default async function globalSetup(): Promise<void> {
	await createTestFolder();
	await ensureHost();
}
