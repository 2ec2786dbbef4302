//! Whole numbers other than zero.

use std::num::{
    NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize, NonZeroU8,
    NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
};

use esc_core::deserialize::{ValueError, deserialize};
use esc_core::schema::{Builder, Schema, SchemaRef};
use esc_core::value::Value;

use super::FromEnvironment;
use super::text::unaccepted;

fn whole() -> Builder {
    Builder::number().multiple_of(1)
}

macro_rules! nonzero {
    ($($t:ident of $int:ty: $schema:expr;)*) => {$(
        impl FromEnvironment for $t {
            fn expected() -> SchemaRef {
                $schema
            }

            fn from_value(value: &Value) -> Result<$t, ValueError> {
                $t::new(deserialize::<$int>(value)?).ok_or_else(|| unaccepted::<$t>("zero"))
            }
        }
    )*};
}

macro_rules! unsigned {
    ($($t:ident of $int:ty;)*) => {
        nonzero! { $($t of $int: whole().minimum(1).maximum(<$int>::MAX).build();)* }
    };
}

macro_rules! signed {
    ($($t:ident of $int:ty;)*) => {
        nonzero! { $($t of $int: {
            let accepted = format!("a whole number from {} to {} other than 0", <$int>::MIN, <$int>::MAX);
            let either = [
                whole().minimum(1).maximum(<$int>::MAX),
                whole().minimum(<$int>::MIN).maximum(-1),
            ];
            Builder::new().any_of(either).description(accepted).build()
        };)* }
    };
}

unsigned! {
    NonZeroU8 of u8;
    NonZeroU16 of u16;
    NonZeroU32 of u32;
    NonZeroU64 of u64;
    NonZeroUsize of usize;
}

signed! {
    NonZeroI8 of i8;
    NonZeroI16 of i16;
    NonZeroI32 of i32;
    NonZeroI64 of i64;
    NonZeroIsize of isize;
}

nonzero! {
    // Schemas have no bounds this large.
    NonZeroU128 of u128: whole().minimum(1).description("a whole number from 1").build();
    NonZeroI128 of i128: Schema::either([whole().minimum(1), whole().maximum(-1)]);
}
