//! `ulimit -f`: makes exceeding the limit on file sizes an error, like a full disk.
//!
//! By default, the system kills the process with a signal instead, and temporary files stay behind.

/// From now on, such a write returns an error.
pub(crate) fn report_as_error() {
    #[cfg(unix)]
    {
        use signal_hook::consts::SIGXFSZ;
        use std::sync::Arc;
        use std::sync::atomic::AtomicBool;
        // A signal that is handled, however, lets the write return its error. Nobody reads the flag. If the
        // handler cannot be had, all is as before.
        let _ = signal_hook::flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
    }
}
