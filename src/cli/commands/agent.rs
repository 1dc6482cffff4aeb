//! `[llm]`, `retrieval.mode` and the binding → the model that drives the server's tools.

use crate::{
    config::{RetrievalMode, Settings},
    failure::{Failure, FailureKind},
    llm::Llm,
    retrieve::Agent,
    template::{Binding, binding::Retrieval},
};
use std::num::NonZeroUsize;

/// The model, where the settings or the binding ask for agent retrieval; `None` for direct retrieval, whatever else is
/// configured.
pub(super) fn agent(settings: &Settings, binding: &Binding) -> Result<Option<Agent>, Failure> {
    let (retrieval, llm) = (&settings.retrieval, &settings.llm);
    if retrieval.mode == RetrievalMode::Direct && binding.retrieval == Retrieval::Direct {
        return Ok(None);
    }
    let Some(model) = &llm.model else {
        return Err(Failure::msg(FailureKind::Config, "agent retrieval needs a language model, and none is named")
            .hint("set llm.model, and llm.base_url unless the model is OpenAI's; SCALAPAY_LLM__API_KEY holds the key"));
    };
    let sequential = settings.resilience.sequential;
    let max_concurrent = if sequential { 1 } else { llm.max_concurrent };
    Ok(Some(Agent {
        llm: Llm::new(&llm.base_url, model, llm.api_key.as_ref(), llm.timeout)?,
        max_steps: retrieval.max_steps,
        simplified_schemas: retrieval.simplified_schemas,
        max_context_tokens: llm.max_context_tokens,
        max_concurrent: NonZeroUsize::new(max_concurrent).unwrap_or(NonZeroUsize::MIN),
    }))
}
