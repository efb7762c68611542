import { acos4, asin4, atan4 } from './inverse-trigonometry.as';
import { acosh4, asinh4, atanh4, cosh4, sinh4 } from './hyperbolic.as';
import { cos4, sin4, tan4 } from './trigonometry.as';
import { erf4, exp4, expm14, expm1OfNegative4, log1p4, log4, sigmoid4, softplus4, tanh4 } from './vector-math.as';
import { select4 } from './vector.as';

// The functions of one value, named like tfjs' kernels: `of` is the function in each lane. They are types, to be passed to generic loops.

@final export class Acos { @inline of(x: v128): v128 { return acos4(x); } }
@final export class Acosh { @inline of(x: v128): v128 { return acosh4(x); } }
@final export class Asin { @inline of(x: v128): v128 { return asin4(x); } }
@final export class Asinh { @inline of(x: v128): v128 { return asinh4(x); } }
@final export class Atan { @inline of(x: v128): v128 { return atan4(x); } }
@final export class Atanh { @inline of(x: v128): v128 { return atanh4(x); } }
@final export class Ceil { @inline of(x: v128): v128 { return f32x4.ceil(x); } }
@final export class Cos { @inline of(x: v128): v128 { return cos4(x); } }
@final export class Cosh { @inline of(x: v128): v128 { return cosh4(x); } }
@final export class Elu {
  @inline of(x: v128): v128 {
    return select4(x, expm1OfNegative4(x), f32x4.ge(x, f32x4.splat(0)));
  }
}
@final export class Erf { @inline of(x: v128): v128 { return erf4(x); } }
@final export class Exp { @inline of(x: v128): v128 { return exp4(x); } }
@final export class Expm1 { @inline of(x: v128): v128 { return expm14(x); } }
@final export class Floor { @inline of(x: v128): v128 { return f32x4.floor(x); } }
@final export class Log { @inline of(x: v128): v128 { return log4(x); } }
@final export class Log1p { @inline of(x: v128): v128 { return log1p4(x); } }
@final export class Reciprocal { @inline of(x: v128): v128 { return f32x4.div(f32x4.splat(1), x); } }
@final export class Round { @inline of(x: v128): v128 { return f32x4.nearest(x); } }
@final export class Rsqrt { @inline of(x: v128): v128 { return f32x4.div(f32x4.splat(1), f32x4.sqrt(x)); } }
@final export class Selu {
  @inline of(x: v128): v128 {
    const above = f32x4.mul(x, f32x4.splat(1.0507009873554805));
    return select4(above, f32x4.mul(f32x4.splat(1.7580993408473768), expm1OfNegative4(x)), f32x4.ge(x, f32x4.splat(0)));
  }
}
@final export class Sigmoid { @inline of(x: v128): v128 { return sigmoid4(x); } }
@final export class Sign {
  @inline of(x: v128): v128 {
    const zero = f32x4.splat(0);
    return v128.or(v128.and(f32x4.gt(x, zero), f32x4.splat(1)), v128.and(f32x4.lt(x, zero), f32x4.splat(-1)));
  }
}
@final export class Sin { @inline of(x: v128): v128 { return sin4(x); } }
@final export class Sinh { @inline of(x: v128): v128 { return sinh4(x); } }
@final export class Softplus { @inline of(x: v128): v128 { return softplus4(x); } }
@final export class Sqrt { @inline of(x: v128): v128 { return f32x4.sqrt(x); } }
@final export class Square { @inline of(x: v128): v128 { return f32x4.mul(x, x); } }
@final export class Tan { @inline of(x: v128): v128 { return tan4(x); } }
@final export class Tanh { @inline of(x: v128): v128 { return tanh4(x); } }

// Functions with parameters, some of them constants that stay in registers.

@final export class Abs { @inline of(x: v128, allButSign: v128, _: v128): v128 { return v128.and(x, allButSign); } }
@final export class ClipByValue { @inline of(x: v128, low: v128, high: v128): v128 { return f32x4.pmin(f32x4.pmax(x, low), high); } }
@final export class LeakyRelu {
  @inline of(x: v128, alpha: v128, _: v128): v128 {
    return select4(f32x4.mul(x, alpha), x, f32x4.lt(x, f32x4.splat(0)));
  }
}
@final export class Neg { @inline of(x: v128, sign: v128, _: v128): v128 { return v128.xor(x, sign); } }
@final export class Relu {
  // NaN stays; without its sign -0 is 0.
  @inline of(x: v128, allButSign: v128, _: v128): v128 {
    return v128.and(f32x4.pmax(x, f32x4.splat(0)), allButSign);
  }
}
@final export class Relu6 {
  @inline of(x: v128, allButSign: v128, six: v128): v128 {
    return v128.and(f32x4.pmin(f32x4.pmax(x, f32x4.splat(0)), six), allButSign);
  }
}
@final export class Step {
  // NaN stays.
  @inline of(x: v128, alpha: v128, _: v128): v128 {
    const value = select4(f32x4.splat(1), alpha, f32x4.gt(x, f32x4.splat(0)));
    return select4(value, x, f32x4.eq(x, x));
  }
}

// Tests, of which the bits of a lane are all ones or all zeros.

@final export class IsFinite { @inline of(x: v128): v128 { return f32x4.lt(f32x4.abs(x), f32x4.splat(Infinity)); } }
@final export class IsInf { @inline of(x: v128): v128 { return f32x4.eq(f32x4.abs(x), f32x4.splat(Infinity)); } }
@final export class IsNan { @inline of(x: v128): v128 { return f32x4.ne(x, x); } }
