import type { FeishuCredentials } from '../transport/app';

/** What a credential holds to verify deliveries with. Each may be empty. */
export interface DeliveryKeys {
	appId: string;
	verificationToken: string;
	encryptKey: string;
}

/** A copied value often has a blank or line break at its end; an expression may give no value at all. */
const trimmed = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** Reads the keys out of a credential, without blanks around them. */
export const readDeliveryKeys = ({
	appId,
	verificationToken,
	encryptKey,
}: FeishuCredentials): DeliveryKeys => ({
	appId: trimmed(appId),
	verificationToken: trimmed(verificationToken),
	encryptKey: trimmed(encryptKey),
});

/** Without any key, anybody could send forged events. */
export const canVerify = ({ verificationToken, encryptKey }: DeliveryKeys): boolean =>
	verificationToken !== '' || encryptKey !== '';
