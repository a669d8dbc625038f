"""The small scope: everything on a few readable revisions, tried by the evaluator as a second opinion."""
