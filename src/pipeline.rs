//! One run from job to published deck: the one screen that names every stage.
