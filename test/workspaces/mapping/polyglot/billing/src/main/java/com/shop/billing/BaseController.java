package com.shop.billing;

abstract class BaseController {
  protected String load(String id) {
    throw new IllegalStateException(id);
  }
}
