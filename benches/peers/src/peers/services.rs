//! iceoryx2.

use std::process::Stdio;

use iceoryx2::port::update_connections::UpdateConnections;
use iceoryx2::prelude::*;

use super::{INPUTS, Peer, Reader};

/// Files of iceoryx2 lie in the folder of the registry, and its memory has a name of ours: both are removed in the end.
fn iceoryx_config() -> Config {
    let mut config = Config::default();
    let folder = std::env::var("RINGPLOT_DIR").expect("a registry");
    config.global.set_root_path(&Path::new(folder.as_bytes()).expect("a path"));
    config.global.prefix = FileName::new(ICEORYX_PREFIX.as_bytes()).expect("a name");
    config
}

/// What the names of iceoryx2's memory begin with.
pub const ICEORYX_PREFIX: &str = "ringplot_peers_iox2_";

/// iceoryx2: its service, for single points or for slices.
macro_rules! iceoryx {
    ($peer:ident, $service:literal, $payload:ty) => {
        impl $peer {
            pub fn node() -> Node<ipc::Service> {
                set_log_level(LogLevel::Fatal);
                NodeBuilder::new().config(&iceoryx_config()).create::<ipc::Service>().expect("a node")
            }

            fn service(
                node: &Node<ipc::Service>,
            ) -> iceoryx2::service::port_factory::publish_subscribe::PortFactory<ipc::Service, $payload, ()>
            {
                let name = $service.try_into().expect("a name");
                let service = node.service_builder(&name).publish_subscribe::<$payload>();
                service
                    .subscriber_max_buffer_size(INPUTS)
                    .enable_safe_overflow(true)
                    .open_or_create()
                    .expect("a service")
            }

            pub fn subscriber(
                node: &Node<ipc::Service>,
            ) -> iceoryx2::port::subscriber::Subscriber<ipc::Service, $payload, ()> {
                Self::service(node).subscriber_builder().create().expect("a subscriber")
            }
        }
    };
}

/// iceoryx2, a sample a point.
pub struct Iceoryx(iceoryx2::port::publisher::Publisher<ipc::Service, u64, ()>);

iceoryx!(Iceoryx, "ringplot peers single", u64);

impl Peer for Iceoryx {
    const NAME: &'static str = "iceoryx2";
    const WHAT: &'static str = "process; overwrites as set up";
    const BATCHES: bool = false;
    const BURSTS: usize = 200;
    const READ_POINTS: usize = 1 << 20;
    type Consumer = iceoryx2::port::subscriber::Subscriber<ipc::Service, u64, ()>;

    fn open() -> (Self, Self::Consumer) {
        let node = Self::node();
        let publisher = Self::service(&node).publisher_builder().create().expect("a publisher");
        let subscriber = Self::subscriber(&node);
        publisher.update_connections().expect("a connection");
        (Self(publisher), subscriber)
    }

    fn open_read() -> (Self, Reader) {
        let publisher = Self::service(&Self::node()).publisher_builder().create().expect("a publisher");
        (Self(publisher), Reader::process("iceoryx2", Stdio::piped()))
    }

    #[inline(always)]
    fn single(&mut self, word: u64) {
        self.0.send_copy(word).expect("a sample");
    }

    fn batch(&mut self, _: &[u64]) {}

    fn drain(subscriber: &mut Self::Consumer, _: usize, got: &mut Vec<u64>) {
        while let Some(sample) = subscriber.receive().expect("a service") {
            got.push(*sample);
        }
    }
}

/// iceoryx2, a sample a batch.
pub struct IceoryxSlices(iceoryx2::port::publisher::Publisher<ipc::Service, [u64], ()>);

iceoryx!(IceoryxSlices, "ringplot peers slices", [u64]);

impl Peer for IceoryxSlices {
    const NAME: &'static str = "iceoryx2, a sample a batch";
    const WHAT: &'static str = "process; overwrites as set up";
    const SINGLES: bool = false;
    const BURSTS: usize = 1000;
    type Consumer = iceoryx2::port::subscriber::Subscriber<ipc::Service, [u64], ()>;

    fn open() -> (Self, Self::Consumer) {
        let node = Self::node();
        let service = Self::service(&node);
        let publisher =
            service.publisher_builder().initial_max_slice_len(INPUTS).create().expect("a publisher");
        let subscriber = Self::subscriber(&node);
        publisher.update_connections().expect("a connection");
        (Self(publisher), subscriber)
    }

    fn open_read() -> (Self, Reader) {
        let service = Self::service(&Self::node());
        let publisher =
            service.publisher_builder().initial_max_slice_len(INPUTS).create().expect("a publisher");
        (Self(publisher), Reader::process("iceoryx2-slices", Stdio::piped()))
    }

    fn single(&mut self, _: u64) {}

    #[inline(always)]
    fn batch(&mut self, words: &[u64]) {
        let sample = self.0.loan_slice_uninit(words.len()).expect("a loan");
        sample.write_from_slice(words).send().expect("a sample");
    }

    fn drain(subscriber: &mut Self::Consumer, _: usize, got: &mut Vec<u64>) {
        while let Some(sample) = subscriber.receive().expect("a service") {
            got.extend_from_slice(&sample);
        }
    }
}
