//! One request's conversation with the model, turn by turn.

use super::{
    Agent, Desk, TokensSpent, answer, failed, prompt, reading::Unusable, short, toolbox::Toolbox, tools,
    transcript::Transcript,
};
use crate::{
    concurrency::{Full, Next, Seat, now_ms},
    event::Event,
    llm::{LlmError, Message, Prompt, Reply},
    mcp::Session,
    request::Request,
    retrieve::{Answer, CallError, Retrieval, redact},
};

/// Tokens that a server's own template may add around a prompt.
const FRAME: usize = 16;

/// A conversation.
pub(super) struct Conversation<'a> {
    retrieval: &'a Retrieval<'a>,
    agent: &'a Agent,
    session: &'a Session,
    position: usize,
    request: &'a Request,
    toolbox: Toolbox<'a>,
    /// What the messages so far weigh.
    weight: usize,
    /// What the server counted beyond our count, at most.
    excess: usize,
    tokens: TokensSpent,
    attempts: u32,
    started_ms: Option<f64>,
}

impl<'a> Conversation<'a> {
    pub(super) fn new(
        retrieval: &'a Retrieval<'a>,
        agent: &'a Agent,
        session: &'a Session,
        position: usize,
    ) -> Self {
        Self {
            retrieval,
            agent,
            session,
            position,
            request: &retrieval.plan.requests[position],
            toolbox: Toolbox::new(retrieval, session, position),
            weight: 0,
            excess: 0,
            tokens: TokensSpent::default(),
            attempts: 1,
            started_ms: None,
        }
    }

    /// Tries of the call that took most.
    pub(super) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// What it has cost so far.
    pub(super) fn tokens(&self) -> TokensSpent {
        self.tokens
    }

    /// When the model was first asked.
    pub(super) fn started_ms(&self) -> Option<f64> {
        self.started_ms
    }

    /// Holds the conversation until there is an answer or a reason why there is none.
    pub(super) async fn run(&mut self, desk: &Desk) -> Result<Vec<Answer>, CallError> {
        let mut seat = desk.room.seat();
        let tools = desk.tools(self.retrieval, self.session).await?;
        let mut prompt = Prompt {
            messages: Vec::new(),
            tools: tools::offered(tools, self.agent.simplified_schemas),
            answer: Some(("answer".into(), answer::schema(self.request))),
        };
        self.weight = prompt.fixed_tokens() + FRAME;
        self.say(&mut prompt, Message::System(prompt::SYSTEM.trim_end().into()));
        self.say(&mut prompt, Message::User(prompt::request(self.request)));
        let form = prompt.answer.take();
        let (mut repaired, mut unusable) = (false, false);
        for _ in 0..self.agent.max_steps {
            self.admit(&mut seat).await?;
            // A server that enforces the form by a grammar leaves the model no way to call a tool. So the form is asked
            // for once there are results; and where an answer was unusable, it is tried the other way.
            prompt.answer = form.clone().filter(|_| self.toolbox.sheets().is_empty() == unusable);
            let reply = self.ask(&prompt).await?;
            if let Some(refusal) = &reply.refusal {
                return Err(failed(format!("the model refused: {}", short(refusal))));
            }
            self.say(
                &mut prompt,
                Message::Assistant { text: reply.text.clone(), calls: reply.calls.clone() },
            );
            if !reply.calls.is_empty() {
                for message in self.toolbox.call_all(tools, &reply.calls).await? {
                    self.say(&mut prompt, message);
                }
                unusable = false;
                continue;
            }
            if reply.cut_off {
                let message = "the model's answer was cut off at its limit of length";
                return Err(failed(message));
            }
            let problems = match self.read(&reply)? {
                Ok(answers) => return Ok(answers),
                Err(problems) => problems,
            };
            if repaired {
                return Err(Unusable::Problems(problems).into());
            }
            (repaired, unusable) = (true, true);
            self.say(&mut prompt, Message::User(prompt::repair(&problems)));
        }
        let message = format!("the model gave no answer within {} turns", self.agent.max_steps);
        Err(self.toolbox.trouble().unwrap_or_else(|| failed(message))).map_err(|error| {
            hinted(error, "raise retrieval.max_steps, or use a model that is better at calling tools")
        })
    }

    fn say(&mut self, prompt: &mut Prompt, message: Message) {
        self.weight += message.tokens();
        prompt.messages.push(message);
    }

    /// Waits for room for the next prompt among the conversations of the batch.
    async fn admit(&self, seat: &mut Seat) -> Result<(), CallError> {
        let (size, limit) = (self.weight + self.excess, self.agent.max_context_tokens);
        seat.hold(size).await.map_err(|full| {
            let message = match full {
                Full::TooLarge => format!("the conversation has come to {size} tokens, but {limit} is the most allowed"),
                Full::Stuck => format!(
                    "the conversation needs {size} tokens, but the batch has no room left: {limit} is the most \
                     allowed for its conversations together"
                ),
            };
            let error = failed(message);
            match full {
                Full::TooLarge => hinted(error, "ask for a shorter period, or raise llm.max_context_tokens"),
                Full::Stuck => hinted(error, "lower retrieval.batch_size, or raise llm.max_context_tokens"),
            }
        })
    }

    /// Asks the model, with the run's retries.
    async fn ask(&mut self, prompt: &Prompt) -> Result<Reply, CallError> {
        let retrieval = self.retrieval;
        let slug = retrieval.slug(self.position);
        let started = std::cell::Cell::new(self.started_ms);
        let attempt = || async {
            let _inside = retrieval.llm.enter().await;
            if started.get().is_none() {
                started.set(Some(now_ms()));
                retrieval.events.emit(Event::RequestStarted { slug: slug.clone() });
            }
            self.agent.llm.chat(prompt).await
        };
        let next = |error: &LlmError| match error.retry_after {
            _ if !error.kind.is_transient() => Next::GiveUp,
            Some(wait) => Next::AgainAfter(wait),
            None => Next::Again,
        };
        let again = |attempt: u32, error: &LlmError| {
            retrieval.retried(self.position, attempt, error.kind, &error.message);
        };
        let tried = retrieval.retry.run(attempt, next, again).await;
        self.started_ms = started.get();
        self.attempts = self.attempts.max(tried.tries);
        let reply = tried.outcome.map_err(|error| {
            let message = redact::text(&error.message);
            CallError { kind: error.kind, message, hints: error.hints }.and(tried.gave_up)
        })?;
        let (sent, received) = match reply.spent {
            Some(spent) => (spent.prompt, spent.completion),
            None => (self.weight as u64, answer_tokens(&reply)),
        };
        self.excess = self.excess.max(usize::try_from(sent).unwrap_or(0).saturating_sub(self.weight));
        self.tokens = self.tokens.and(TokensSpent { prompt: sent, completion: received, max_context: sent });
        Ok(reply)
    }

    /// The answers in a reply, or what is wrong with it. What is accepted is stored.
    fn read(&mut self, reply: &Reply) -> Result<Result<Vec<Answer>, Vec<String>>, CallError> {
        let said = reply.text.as_deref().unwrap_or_default();
        let inquiry = self.retrieval.inquiry(self.agent, self.request);
        let now = jiff::Timestamp::now();
        let read = inquiry.read(said, self.toolbox.sheets(), now);
        if let Err(Unusable::Problems(problems)) = read {
            return Ok(Err(problems));
        }
        // Where the data server failed, that there are no data is not known.
        if let (Err(_), Some(trouble)) = (&read, self.toolbox.trouble()) {
            return Err(trouble);
        }
        let transcript = Transcript::new(said, self.toolbox.sheets());
        self.retrieval.store_transcript(&inquiry, &transcript, read.as_deref().unwrap_or_default(), now);
        Ok(Ok(read?))
    }
}

fn hinted(mut error: CallError, hint: &str) -> CallError {
    error.hints.push(hint.to_owned());
    error
}

fn answer_tokens(reply: &Reply) -> u64 {
    let message = Message::Assistant { text: reply.text.clone(), calls: reply.calls.clone() };
    message.tokens() as u64
}
