import type { Renewal } from '../../n8nHost/engineCredentials';
import { TestCredentialsHelper } from './credentials';

/** Stores as n8n does up to 2.32: all data of the call, with its expressions resolved. */
export class OlderCredentialsHelper extends TestCredentialsHelper {
	protected override store({ credentials }: Renewal): void {
		Object.assign(this.stored, structuredClone(credentials));
	}
}
