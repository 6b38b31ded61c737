//! English words that name no service: those of sentences, those of any service, and protocols that carry
//! others.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Words of sentences; no name begins with them, and none goes on behind them.
static SENTENCE: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "a after all also alternate alternative although always an and another any anything apart are as at available \
     be because been before behind between both but by can commonly conjunction currently default deprecated \
     despite e each early eg either e.g etc even every except few first fixed for formerly found from g had has \
     have he her his historic historically how i ie i.e if in initial instead into is it its just known last \
     later least less like likely list longer many may might more most must my n/a neither never new newer no nor \
     not note nothing number obsolete of often official officially old older on once one only optional optionally \
     or original originally other others our over own part per possibly previous previously primarily primary \
     random range rare rather same secondary see several she should simply since so some something sometimes soon \
     still such than that the their them then there these they this those though through throughout thru to \
     together too towards two typical typically unassigned under unknown unless unofficial unofficially until up \
     upon usually varies various version versions very via was we well were what when where whether which while \
     who whose why will with within without would yes yet you your"
        .split_whitespace()
        .collect()
});

/// Words that nearly every name of a service could have.
static GENERIC: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    "access account action activity addition additional address admin administration administrative administrator \
     agent agents alarm alarms alert alerts app application applications apps audio auth authentication \
     authorisation authorization automatic backdoor backend backup base basic binary block board bridge broadcast \
     browser build cache center certificate channel chat check client clients cloud cluster code collection \
     collector command commands communication communications component components computer computers computing \
     config configuration connection connections connectivity console content control controller core custom \
     customer daemon dashboard data database databases debug dedicated deployment desktop detection development \
     device devices diagnostic direct directory discovery distributed domain download downloads dynamic editor \
     email encrypted end endpoint engine enterprise entry environment event events example exchange export \
     extended extension external feature file files firewall flow folder format framework free frontend full \
     function game games gaming gateway general global graphical group guest health heartbeat high home host \
     hosts identity image implementation implementations import inbound information infrastructure insecure \
     installation instance instances instant integrated integration interface interfaces internal internet jargon \
     job jobs key language legacy library license licence link links listener live load local localhost locator \
     log logging login logs machine machines mail main mainnet manage management manager master media member \
     memory message messages messaging metadata metrics mirror mobile mode model module monitor monitoring \
     multicast multimedia multiplayer name names native net network networking networks node nodes non \
     notification notifications object objects online open operating operation operations outbound output \
     outgoing incoming p2p package packet page pages paging panel peer peers peer-to-peer performance phone plain \
     platform player players plugin point policy pool portal print printer private process processes program \
     project proprietary proxy public purpose purposes query queue real real-time reception registration registry \
     relay remote replication report request requests reserved resolution resource resources response reverse \
     role router routing rule rules runtime scanner screen script search secure security sensor server servers \
     service session sessions setting settings setup share sharing shell signaling simple simulation site sites \
     socket sockets software source speed standard state statistics status storage store stream streaming suite \
     support sync synchronisation synchronization system systems table target task tasks team telemetry telephony \
     terminal test testing text time tls tool tools trace traces traffic transfer transport trap traps tunnel ui \
     unencrypted unit universal update updates upload user users utility video view viewer virtual visual voice \
     web webserver website wide wireless work worker workers zone udp tcp ssl microsoft windows"
        .split_whitespace()
        .collect()
});

/// Words that are in names of services, but say only what carries one, who defines it or where it runs.
const CARRIERS: &str = "api apis core dccp gui html http https ietf iana ip ipv4 ipv6 java js json lan os pc rest \
     rfc rpc sctp soap ssl tcp tls uk udp us usa vm vms wan webui xml";

/// Vendors that a short table names without others of their products. Those of a long one are learned from it.
pub(super) fn is_known_vendor(word: &str) -> bool {
    regex!(
        "^(?:adobe|amazon|apple|atlassian|cisco|google|hp|ibm|intel|juniper|microsoft|netapp|oracle|sap|vmware|windows)$"
    )
    .is_match(word)
}

/// Words of a sentence, and common verbs in their forms.
pub(super) fn is_of_sentence(word: &str) -> bool {
    let verb = regex!(
        r"^(?:accept|access|accord|allow|appear|begin|belong|bind|block|carr|chang|com|communicat|connect|collect|contain|creat|defin|deliver|depend|disabl|display|do|enabl|enforc|ensur|establish|execut|expos|forward|fetch|generat|get|giv|handl|hear|hold|includ|ingest|initiat|interact|know|launch|leav|listen|look|mak|manag|mean|mov|need|negotiat|obtain|offer|open|perform|permit|prevent|pol|provid|publish|push|query|rang|reach|read|receiv|redirect|refer|register|replac|repli|requir|restrict|retriev|return|run|runn|see|select|send|serv|show|start|stor|stream|submit|subscrib|suggest|support|tak|target|tell|transmit|transferr|us|utiliz|utilis|wait|want|work|writ)(?:s|es|ed|e|ing|ies|ied|y)$"
    );
    SENTENCE.contains(word) || verb.is_match(word)
}

/// Adjectives and adverbs by their ends: `bidirectional`, `accessible`, `internally`.
fn is_quality(word: &str) -> bool {
    regex!(r"^[a-z]{3,}(?:[^t]able|[sct]ible|ional|ical|ative|itive|(?:al|ent|ant|ar|at|ct|ed|er|ic|iv|ous)e?ly)$")
        .is_match(word)
}

/// Adjectives that say which instance a proper name is of: `Direct FastAPI access`.
pub(super) fn is_instance(word: &str) -> bool {
    regex!("^(?:additional|custom|direct|external|internal|local|optional)$").is_match(word)
}

/// `Ingests the traces`, `Used by your clients`: a verb, known by its form and what follows it.
pub(super) fn is_verb_before(word: &str, next: &str) -> bool {
    regex!("^[a-z]{2,}(?:s|ed|ing)$").is_match(word)
        && regex!("^(?:an?|the|all|any|each|its|our|their|these|this|your)$").is_match(next)
}

/// Words that are no name by themselves.
pub(super) fn is_common(word: &str) -> bool {
    SENTENCE.contains(word) || GENERIC.contains(word) || is_filler(word)
}

/// Words that are left out of names.
pub(super) fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "port" | "ports" | "protocol" | "protocols" | "services" | "usage" | "inc" | "llc" | "ltd"
    )
}

/// Words that a proper name of something else, or no name, is made of.
pub(super) fn says_nothing(word: &str) -> bool {
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    is_number
        || is_common(word)
        || is_of_sentence(word)
        || is_quality(word)
        || CARRIERS.split(' ').any(|carrier| carrier == word)
}
