"""The official standings: the rule applied to audited results, and what the noise of the measurement leaves open."""
