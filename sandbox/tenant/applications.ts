import type { Clock } from '../clock';
import { newId } from '../ids';
import { RefusedError } from '../reasons';
import type { Application, Candidate, ExamInput } from './entities';
import { type Job, JOBS, type Stage, STAGES } from './recruiting';
import { NEW_CANDIDATE, SEEDED_APPLICATIONS } from './seed';

/** The applications (投递) of a tenant. */
export class Applications {
	readonly list: Application[] = [];

	/** `isFirst`: the tenant whose applications have the ids of the API pages' request examples. */
	constructor(
		private readonly tenantKey: string,
		isFirst: boolean,
		private readonly clock: Clock,
	) {
		for (const { applicationId, candidate, job } of SEEDED_APPLICATIONS)
			this.add(candidate, job, isFirst ? applicationId : newId());
	}

	find(applicationId: string): Application | undefined {
		return this.list.find((known) => known.applicationId === applicationId);
	}

	/** The application that an exam is arranged for. */
	resolve({ applicationId, candidate }: ExamInput): Application {
		if (applicationId) {
			const known = this.find(applicationId);
			if (!known) throw new RefusedError('applicationNotFound', { applicationId });
			return known;
		}
		const [first] = this.list;
		if (!candidate && first) return first;

		const wanted = { ...NEW_CANDIDATE, ...candidate };
		const known = this.list.find((application) => application.candidate.email === wanted.email);
		return known ?? this.add(wanted);
	}

	move(application: Application, stage: Stage): void {
		application.stage = stage;
		application.updatedAt = this.clock.now();
	}

	delete(isMeant: (application: Application) => boolean): void {
		const kept = this.list.filter((application) => !isMeant(application));
		this.list.splice(0, Infinity, ...kept);
	}

	private add(candidate: Candidate, job: Job = JOBS.frontend, applicationId = newId()) {
		const now = this.clock.now();
		const application: Application = {
			tenantKey: this.tenantKey,
			applicationId,
			talentId: newId(),
			job,
			// A copy: tests change what they get, and the seed is the same for all sandboxes.
			candidate: structuredClone(candidate),
			stage: STAGES.exam,
			activeStatus: 1,
			lockStatus: 1,
			createdAt: now,
			updatedAt: now,
		};
		this.list.push(application);
		return application;
	}
}
