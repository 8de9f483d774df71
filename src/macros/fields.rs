//! Channels from the fields of a struct.

/// Makes a struct whose fields are channels: `NAME::channels(group)` describes them, as
/// [`channels()`](crate::channels()) does, and `row()` gives their values for a push. Each field may have a unit.
///
/// ```
/// ringplot::channels! {
///     /// Where the robot is.
///     #[derive(Clone, Debug, Default)]
///     pub struct Pose {
///         pub x: f64 as "m",
///         pub y: f64 as "m",
///         heading: f32 as "rad",
///         steps: u32,
///     }
/// }
///
/// # let robot = &format!("example/{}/pose", std::process::id());
/// let mut stream = Pose::channels(robot).rate_hint(100.0).timed()?;
/// let mut pose = Pose::default();
/// for step in 0..10u32 {
///     pose.x += 0.1;
///     pose.steps = step;
///     stream.push(f64::from(step) * 0.01, pose.row());
/// }
/// # Ok::<(), ringplot::CreateError>(())
/// ```
///
/// x is in seconds. A field has any of the language's types of numbers.
#[macro_export]
macro_rules! channels {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $($(#[$field_attribute:meta])* $field_visibility:vis $field:ident : $type:ty $(as $unit:literal)?),+ $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name {
            $($(#[$field_attribute])* $field_visibility $field: $type),+
        }

        impl $name {
            /// Describes a stream for each field, called `group/field`.
            $visibility fn channels(
                group: &str,
            ) -> $crate::stream::ChannelsBuilder<[f32; [$(::core::stringify!($field)),+].len()]> {
                $crate::stream::channels(group, [$(::core::stringify!($field)),+])
                    .units("s", [$(::core::concat!($($unit)?)),+])
            }

            /// The values of the fields, in their order.
            $visibility fn row(&self) -> [f32; [$(::core::stringify!($field)),+].len()] {
                [$($crate::macros::Number::as_f32(self.$field)),+]
            }
        }
    };
}
