import { credentialField, type FeishuCredentials } from '../transport/app';

/** What a credential holds to verify deliveries with. Each may be empty. */
export interface DeliveryKeys {
	appId: string;
	verificationToken: string;
	encryptKey: string;
}

/** Reads the keys out of a credential, without blanks around them. */
export const readDeliveryKeys = ({
	appId,
	verificationToken,
	encryptKey,
}: FeishuCredentials): DeliveryKeys => ({
	appId: credentialField(appId),
	verificationToken: credentialField(verificationToken),
	encryptKey: credentialField(encryptKey),
});

/** Without any key, anybody could send forged events. */
export const canVerify = ({ verificationToken, encryptKey }: DeliveryKeys): boolean =>
	verificationToken !== '' || encryptKey !== '';
