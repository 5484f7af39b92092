import type { ITriggerFunctions } from 'n8n-workflow';

type CreateDeferredPromise = ITriggerFunctions['helpers']['createDeferredPromise'];

/** As n8n gives it to its nodes. */
export const createDeferredPromise: CreateDeferredPromise = <T>() => {
	let resolve: (value: T | PromiseLike<T>) => void = () => undefined;
	let reject: (error: Error) => void = () => undefined;
	const promise = new Promise<T>((onValue, onError) => {
		resolve = onValue;
		reject = onError;
	});
	return { promise, resolve, reject };
};

export type DeferredPromise<T> = ReturnType<typeof createDeferredPromise<T>>;
