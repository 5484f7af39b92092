import type { UploadedFile } from '../../tenant/entities';
import type { Tenant } from '../../tenant/tenant';
import type { Limits } from '../rateLimiter';

/** The parts of a request that passed the operation's schemas. */
export interface Request {
	params: Record<string, string>;
	query: Record<string, string | number | Array<string | number> | undefined>;
	body: unknown;
	/** What the app may see: some fields have a scope of their own. */
	scopes: string[];
	/** Of an operation that takes one. */
	file?: UploadedFile;
	/** A URL at which a file can be downloaded for the next 30 minutes. */
	linkTo: (file: UploadedFile) => string;
}

/** A JSON schema; the documented fields only, as Feishu ignores unknown ones. */
export interface Schema {
	type: 'object';
	properties: Record<string, object>;
	required?: string[];
}

/** One Open API operation as its page describes it. */
export interface Operation {
	/** By which recorded calls and the page name it. */
	name: string;
	/** Default POST. */
	method?: 'GET' | 'PATCH';
	/** Path below `/open-apis/hire/v1`. */
	path: string;
	/** Any one of them is enough. */
	scopes: string[];
	query?: Schema;
	/** Absent for a GET, whose body is not read. */
	body?: Schema;
	/** Takes a form with a file in place of a JSON body. */
	takesFile?: true;
	/** Absent: tier 4. */
	limits?: Limits;
	/** The message of a success, which differs from page to page. */
	successMsg: string;
	/** The field that holds it; default `msg`. */
	messageKey?: 'message';
	/** Gives the answer's `data`. */
	handle(request: Request, tenant: Tenant): object;
}

/** `user_id_type` of operations that name people. */
export const userIdType = (...values: string[]) => ({ type: 'string', enum: values });

/** The scope that `user_id_type=user_id` needs. */
export const USER_ID_SCOPE = 'contact:user.employee_id:readonly';
