/* How many vectors were run, and how many were answered wrongly; to run none counts as a failure. */
struct @NAME@_score {
	unsigned int run;
	unsigned int failed;
};

@HANDLER@;

static inline struct @NAME@_score @NAME@_run(@NAME@_handler *handler,
	_Bool (*applies)(const struct @NAME@_config *),
	void (*failed)(const struct @NAME@_group *, const struct @NAME@_vector *, const struct @NAME@_reply *))
{
	struct @NAME@_score score = { 0, 0 };
	unsigned int i, j;

	for (i = 0; i < sizeof(@NAME@_groups) / sizeof(@NAME@_groups[0]); i++) {
		const struct @NAME@_group *group = &@NAME@_groups[i];

		if (applies && !applies(&group->config))
			continue;
		for (j = 0; j < group->count; j++) {
			const struct @NAME@_vector *vector = &group->vectors[j];
			/* What is not written is not right by chance. */
			struct @NAME@_reply reply = { @JUNK@ };

			handler(&group->config@INPUTS@, &reply);
			score.run++;
			if (vector->judge(&group->config@INPUTS@, &vector->expect, &reply))
				continue;
			score.failed++;
			if (failed)
				failed(group, vector, &reply);
		}
	}
	/* A run that asks nothing shows nothing. */
	if (!score.run)
		score.failed = 1;
	return score;
}
